"""Names the demo people are made of; common ones from all parts of India, of nobody in particular."""

from typing import Final

GIRLS: Final = (
    "Aadhya Aditi Aisha Ameena Amrita Ananya Anika Anjali Anushka Aparna Archana Asmita Avni Bhavna "
    "Charvi Deepa Deepika Devika Diya Esha Fatima Gauri Gayatri Harini Hema Ira Ishani Jahnavi "
    "Janaki Jasleen Jaya Juhi Kamala Kavya Keerthi Khushi Kiara Lakshmi Lalita Lavanya Leela Madhavi "
    "Mahima Malini Manasi Meera Megha Mira Mridula Myra Naina Nandini Navya Neha Nikita Nisha Nithya "
    "Pallavi Parvati Pooja Prachi Pranavi Preeti Prisha Radhika Rashmi Rhea Riya Rukmini Saanvi "
    "Sahana Samaira Sana Sanjana Sara Shalini Shreya Simran Sneha Sonal Swati Tanvi Tara Trisha Uma "
    "Usha Vaishnavi Vani Vidya Yamini Zara Zoya"
).split()
BOYS: Final = (
    "Aarav Abhinav Adarsh Aditya Advait Ajay Akash Akhil Amit Aniket Anirudh Arjun Armaan Arnav "
    "Aryan Ashwin Atharv Ayaan Bharat Chirag Daksh Darsh Dev Dhruv Eshan Farhan Gagan Ganesh Gautam "
    "Girish Harish Harsh Hrithik Imran Ishaan Jai Jatin Jayant Kabir Karan Karthik Keshav Kiran "
    "Krish Kunal Laksh Madhav Manish Mihir Mohit Mohan Naveen Neel Nikhil Nishant Omkar Pranav "
    "Prateek Raghav Rahul Rajat Ranveer Ravi Reyansh Rohan Rohit Rudra Sahil Samarth Sameer Sanjay "
    "Shaan Shaurya Shivam Siddharth Soham Suraj Tanay Tarun Tejas Uday Varun Ved Vihaan Vikram Vinay "
    "Viraj Vivaan Vivek Yash Yuvraj Zain"
).split()
FAMILIES: Final = (
    "Acharya Agarwal Ahmed Ali Anand Apte Bajwa Banerjee Basu Bhat Bhatia Biswas Bora Chadha "
    "Chatterjee Chauhan Chawla Choudhury Das Dasgupta Desai Deshmukh Dey Dhillon Dutta Fernandes "
    "Gandhi Ghosh Gill Gokhale Gowda Gupta Hegde Hussain Iyengar Iyer Jain Jha Joshi Kadam Kamath "
    "Kapoor Kaur Khan Khanna Kohli Kulkarni Kumar Lal Lobo Mahajan Malhotra Mehra Mehta Menon Mishra "
    "Mistry Mukherjee Murthy Naidu Nair Nanda Narayan Naik Ojha Pandey Patel Pathak Patil Pawar "
    "Pillai Pinto Prabhu Prasad Qureshi Raghavan Rai Raman Rana Rangan Rao Rathore Rawat Reddy Roy "
    "Saha Saxena Sen Seth Shah Sharma Shetty Sheikh Siddiqui Singh Sinha Soni Srinivasan Subramanian "
    "Swamy Thakur Thomas Tiwari Trivedi Varghese Varma Verma Vyas Yadav"
).split()
MOTHERS: Final = (
    "Anita Asha Bindu Chitra Geeta Indira Jyoti Kalpana Kavita Kusum Lata Manju Meena Mala Nalini "
    "Neelam Padma Poonam Priya Rajni Rekha Renu Rita Roopa Sadia Sandhya Sarita Savita Seema Shabana "
    "Sheela Shobha Smita Sudha Sujata Sunita Sushma Tasneem Vandana Veena Vimala"
).split()
FATHERS: Final = (
    "Alok Anil Arun Ashok Arvind Bala Deepak Dilip Dinesh Gopal Govind Hari Iqbal Jagdish Kamal "
    "Kishore Mahesh Manoj Mukesh Murali Naresh Nitin Pankaj Prakash Pramod Prem Rajeev Rajesh Rakesh "
    "Ramesh Sanjeev Satish Shankar Shyam Subhash Sudhir Sunil Suresh Uday Vijay Vinod Yusuf"
).split()
STREETS: Final = (
    "Ashoka Road|Banyan Street|Chandan Marg|Church Street|Garden Lane|Gandhi Road|Hill View Road|"
    "Jasmine Lane|Lake Road|Lotus Avenue|Mango Grove|MG Road|Neem Street|Old Mill Road|Park Street|"
    "Peepal Marg|Rose Garden|Sagar Road|Station Road|Temple Street|Tulip Lane|Tilak Road"
).split("|")
BLOOD_GROUPS: Final = ("O+", "O+", "O+", "B+", "B+", "B+", "A+", "A+", "AB+", "O-", "B-", "A-", "AB-")
QUALIFICATIONS: Final = (
    "M.A., B.Ed.",
    "M.Sc., B.Ed.",
    "M.Com., B.Ed.",
    "B.Sc., B.Ed.",
    "M.A., M.Ed.",
    "B.El.Ed.",
)
